import { type FormEvent, useState } from 'react'

/** What a dialog does when it is sent: once at a time, and a refusal is shown until the next attempt. */
export function useSubmission(work: () => Promise<void>) {
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (refusal) {
      setError(refusal)
    } finally {
      setBusy(false)
    }
  }
  return { error, busy, submit }
}
