import type { AlertSummary } from '../../../schemas/wire.ts'

const SOUND_KEY = 'fundwatch.sound'
const DESKTOP_KEY = 'fundwatch.desktop'
const QUIET_MS = 10_000
const TONE = { hertz: 880, seconds: 0.25, loudness: 0.12 }
const RED = 1

function tone(): void {
  const audio = new AudioContext()
  const voice = audio.createOscillator()
  const volume = audio.createGain()
  voice.frequency.value = TONE.hertz
  volume.gain.value = TONE.loudness
  voice.connect(volume).connect(audio.destination)
  voice.onended = () => void audio.close()
  voice.start()
  voice.stop(audio.currentTime + TONE.seconds)
}

/** Sound and desktop notice for critical alerts, by choice, and never more often than every ten seconds. */
export class Alarm {
  #last = Number.NEGATIVE_INFINITY

  get sound(): boolean {
    return localStorage.getItem(SOUND_KEY) === 'on'
  }

  get desktop(): boolean {
    return localStorage.getItem(DESKTOP_KEY) === 'on' && 'Notification' in window && Notification.permission === 'granted'
  }

  /** Browsers allow notices over an encrypted connection, or on this machine, only. */
  get canNotify(): boolean {
    return isSecureContext && 'Notification' in window
  }

  setSound(on: boolean): void {
    localStorage.setItem(SOUND_KEY, on ? 'on' : 'off')
    if (on) tone()
  }

  async setDesktop(on: boolean): Promise<void> {
    if (on) await Notification.requestPermission()
    localStorage.setItem(DESKTOP_KEY, on ? 'on' : 'off')
  }

  heard(alerts: readonly AlertSummary[]): void {
    const red = alerts.find(({ severity, revision }) => severity === RED && revision === 1)
    if (!red || performance.now() - this.#last < QUIET_MS) return
    this.#last = performance.now()
    if (this.sound) tone()
    if (this.desktop && document.visibilityState === 'hidden')
      new Notification(red.title, { body: red.detector_id, tag: 'fundwatch' })
  }
}
