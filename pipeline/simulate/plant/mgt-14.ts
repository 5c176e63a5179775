import { HOUR, MINUTE } from '../calendar.ts'
import type { Institution } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 非实时上传. Only what tells when it was sent is judged; a platform that fails fails all on that day. */
const VISITS = 10

/** So many visits of one morning, of which the first few were sent so many hours later. */
function sent(scene: Scene, institution: Institution, late: number, hours: number, visits = VISITS) {
  return Array.from({ length: visits }, (_, i) => {
    const at = scene.at('08:30') + i * 20 * MINUTE
    const fields = { ingest_time: scene.text(at + (i < late ? hours * HOUR : MINUTE)) }
    return scene.visit({ person: scene.person(), institution, at, fields })
  })
}

/** On days of their own, among institutions that send what they have. */
function amongPrompt(scene: Scene): Institution {
  scene.day -= scene.day % 2
  for (let i = 0; i < 6; i++) {
    const at = scene.at('09:00') + i * MINUTE
    const institution = scene.found({ kind: 'clinic' })
    scene.visit({ person: scene.person(), institution, at, aside: true, fields: { ingest_time: scene.text(at + MINUTE) } })
  }
  const institution = scene.found({ kind: 'hospital' })
  scene.subject = institution.code
  return institution
}

export const MGT_14: Plant = {
  detector_id: 'MGT-14',
  cases: [
    { name: 'a-third-two-days-late', history: 1, play: (scene) => void sent(scene, amongPrompt(scene), 4, 48) },
    { name: 'all-a-week-late', history: 1, play: (scene) => void sent(scene, amongPrompt(scene), VISITS, 170) },
    {
      name: 'the-late-ones-taken-back',
      history: 1,
      retract: true,
      play(scene) {
        const visits = sent(scene, amongPrompt(scene), 3, 60)
        for (const visit of visits.slice(0, 3)) scene.void(visit, scene.at('12:00', 5))
      },
    },
  ],
  decoys: [
    { name: 'a-fifth', history: 1, play: (scene) => void sent(scene, amongPrompt(scene), 2, 48) },
    { name: 'the-same-evening', history: 1, play: (scene) => void sent(scene, amongPrompt(scene), VISITS, 12) },
    {
      name: 'the-platform-had-failed',
      history: 2,
      play(scene) {
        scene.day -= 1 - (scene.day % 2)
        for (let i = 0; i < 6; i++) sent(scene, scene.found({ kind: 'hospital' }), 5, 48, 5)
      },
    },
  ],
}
