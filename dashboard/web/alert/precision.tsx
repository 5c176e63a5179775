import { useWords } from '../app/language.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { Section } from '../parts/section.tsx'
import { usePrecision } from '../rules/use-precision.ts'

/** How often this detector was right, as far as people have decided. */
export function Precision({ detectorId }: { detectorId: string }) {
  const { alert } = useWords()
  const loaded = usePrecision(detectorId)
  return (
    <Section title={alert.precision} testId="precision">
      <PanelState loaded={loaded}>
        {({ confirmed, dismissed }) => {
          const decided = confirmed + dismissed
          if (decided === 0) return <p className="quiet">{alert.precision_none}</p>
          return (
            <>
              <div className="share" aria-hidden="true">
                <span style={{ width: `${(100 * confirmed) / decided}%` }} />
              </div>
              <p>{alert.precision_line(confirmed, dismissed)}</p>
            </>
          )
        }}
      </PanelState>
    </Section>
  )
}
