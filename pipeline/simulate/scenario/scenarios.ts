import { ano10 } from './ano-10.ts'
import { ano12 } from './ano-12.ts'
import { ano14 } from './ano-14.ts'
import { ano16 } from './ano-16.ts'
import { ano20 } from './ano-20.ts'
import { fnd01 } from './fnd-01.ts'
import { fnd02 } from './fnd-02.ts'
import { fnd03 } from './fnd-03.ts'
import { fnd04 } from './fnd-04.ts'
import { fnd05 } from './fnd-05.ts'
import { fnd06 } from './fnd-06.ts'
import { fnd07 } from './fnd-07.ts'
import { fnd08 } from './fnd-08.ts'
import { fnd09 } from './fnd-09.ts'
import { fnd10 } from './fnd-10.ts'
import { mgt24 } from './mgt-24.ts'
import { mgt25 } from './mgt-25.ts'
import { pol15 } from './pol-15.ts'
import { type Scenario, Story } from './story.ts'

/** Histories for detectors that need months, budgets or peers; each is named after its detector. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'POL-15': pol15,
  'MGT-24': mgt24,
  'MGT-25': mgt25,
  'ANO-10': ano10,
  'ANO-12': ano12,
  'ANO-14': ano14,
  'ANO-16': ano16,
  'ANO-20': ano20,
  'FND-01': fnd01,
  'FND-02': fnd02,
  'FND-03': fnd03,
  'FND-04': fnd04,
  'FND-05': fnd05,
  'FND-06': fnd06,
  'FND-07': fnd07,
  'FND-08': fnd08,
  'FND-09': fnd09,
  'FND-10': fnd10,
}

/** The scenario as events in the order of their time, and its truth; the same seed tells the same. */
export function tell(name: string, scenario: Scenario, seed: number): Story {
  const story = new Story(name, seed)
  scenario.tell(story)
  return story
}
