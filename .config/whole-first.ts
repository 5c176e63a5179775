import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests of several processes take minutes each: they come first, so that no core ends with one of them while another rests. */
export class WholeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isWhole = ({ project }: TestSpecification) => project.name === 'whole'
    return [...sorted.filter(isWhole), ...sorted.filter((file) => !isWhole(file))]
  }
}
