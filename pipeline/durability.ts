/** `process`: what is written survives a killed process. `power`: also a power cut, at the price of a flush per write. */
export type Durability = 'process' | 'power'
