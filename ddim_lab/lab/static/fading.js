// Fading: derivations with fewer and fewer of their last steps; the learner types what is missing.
export class Fading {
  constructor(page) { this.page = page; }
  ask() {}
  follow() {}
}
