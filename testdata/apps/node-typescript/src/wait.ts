const ms: (text: string) => number = require("ms");

export function describe(text: string): string {
  return `${text} are ${ms(text)} thousandths`;
}
