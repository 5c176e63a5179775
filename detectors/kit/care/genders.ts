/** The two genders that limits speak of (国标 GB/T 2261.1). */
export const GENDERS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  1: { zh: '男', en: 'male' },
  2: { zh: '女', en: 'female' },
}
