/** Without characters that are easily taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789'
const LENGTH = 16

/** A password for the first sign-in, as strong as the server asks for: letters, digits and a sign. */
export function oneTimePassword(): string {
  const drawn = crypto.getRandomValues(new Uint32Array(LENGTH))
  return `${Array.from(drawn, (number) => LETTERS[number % LETTERS.length]).join('')}-A7`
}
