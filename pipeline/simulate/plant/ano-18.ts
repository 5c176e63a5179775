import { HOUR } from '../calendar.ts'
import { institutionRow } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 床位超载: on two midnights running many more patients than beds. */
function ward(scene: Scene, beds: number) {
  const institution = scene.found({ kind: 'hospital' })
  scene.reference({ table: 'institution', id: institution.code, row: { ...institutionRow(institution), beds } })
  scene.subject = institution.code
  return institution
}

/** So many stays, each from some hours of the scene's day on and for so many nights. */
function stays(scene: Scene, beds: number, nights: readonly number[], more: { med_type?: string; discharge?: false } = {}) {
  const institution = ward(scene, beds)
  return nights.map((count, i) => {
    const from = scene.at('08:40') + Math.round(i * 0.7 * HOUR)
    const to = count === 0 ? scene.at('17:30') : scene.at('10:20', count)
    return scene.stay({ person: scene.person(), institution, from, to, ...more })
  })
}

export const ANO_18: Plant = {
  detector_id: 'ANO-18',
  cases: [
    { name: 'six-in-four-beds', play: (scene) => void stays(scene, 4, [3, 3, 3, 3, 3, 3]) },
    { name: 'seven-in-five-beds-for-two-nights', play: (scene) => void stays(scene, 5, [2, 2, 3, 3, 3, 3, 3]) },
    { name: 'without-discharges', play: (scene) => void stays(scene, 3, [3, 3, 3, 3, 4], { discharge: false }) },
  ],
  decoys: [
    { name: 'six-in-five-beds', play: (scene) => void stays(scene, 5, [3, 3, 3, 3, 3, 3]) },
    { name: 'one-night', play: (scene) => void stays(scene, 4, [1, 1, 3, 3, 3, 3]) },
    { name: 'day-surgery', play: (scene) => void stays(scene, 3, [0, 0, 0, 0, 0, 0], { med_type: '28' }) },
  ],
}
