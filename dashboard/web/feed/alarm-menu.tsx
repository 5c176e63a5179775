import { useState } from 'react'
import { useWords } from '../app/language.tsx'
import { Menu } from '../parts/menu.tsx'
import { useAlarm } from './live-context.tsx'

/** Sound and desktop notice, each by choice. */
export function AlarmMenu() {
  const { feed } = useWords()
  const alarm = useAlarm()
  const [, repaint] = useState(0)
  const changed = () => repaint((turn) => turn + 1)
  return (
    <Menu label={alarm.sound ? `${feed.sound} ♪` : feed.sound} testId="alarm" align="right">
      <label className="check">
        <input
          type="checkbox"
          checked={alarm.sound}
          onChange={({ target }) => {
            alarm.setSound(target.checked)
            changed()
          }}
        />
        {feed.sound}
      </label>
      <p className="hint">{feed.sound_hint}</p>
      <label className="check">
        <input
          type="checkbox"
          disabled={!alarm.canNotify}
          checked={alarm.desktop}
          onChange={({ target }) => void alarm.setDesktop(target.checked).then(changed)}
        />
        {feed.desktop}
      </label>
      <p className="hint">{feed.desktop_hint}</p>
    </Menu>
  )
}
