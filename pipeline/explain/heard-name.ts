import type { Heard } from '../../detectors/detector.ts'

/** What is heard, by kind and identity. */
export type HeardName = Readonly<Record<string, string>> & { readonly kind: Heard['kind'] | 'verdict' }

/** The name of what made a part take a step; without anything heard it was a verdict that had waited. */
export function nameOf(heard: Heard | undefined): HeardName {
  if (!heard) return { kind: 'verdict' }
  const { kind } = heard
  switch (heard.kind) {
    case 'settlement':
      return { kind, setl_id: heard.setl_id }
    case 'traceUse':
      return { kind, setl_id: heard.visit.setl_id, trace: heard.trace }
    case 'traceMove':
      return { kind, inv_id: heard.inventory.inv_id, trace: heard.trace }
    case 'operation':
    case 'doctorVisit':
      return { kind, setl_id: heard.visit.setl_id, doctor: heard.doctor }
    case 'drugSale':
      return { kind, setl_id: heard.visit.setl_id, feedetl_sn: heard.line.feedetl_sn }
    case 'admission':
    case 'discharge':
      return { kind, mdtrt_id: heard.mdtrt_id }
    case 'inventory':
      return { kind, inv_id: heard.inv_id }
    case 'complaint':
      return { kind, complaint_id: heard.complaint_id }
    case 'reversal':
      return { kind, setl_id: heard.reversal.setl_id, orig_setl_id: heard.visit.setl_id }
    case 'told':
      return { kind, topic: heard.topic, of: heard.of, period: heard.period }
    case 'finding':
      return { kind, detector_id: heard.detector_id, alert_id: heard.alert_id, holds: heard.holds ? 'yes' : 'no' }
  }
}
