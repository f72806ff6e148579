package io.inmesh.instrumentation.api;

/**
 * What a piece of advice is for; it decides what happens when the advice itself fails. There is one
 * template for each, so nobody chooses by accident.
 */
public enum Advice {
  /** Watches. Its failure is counted and logged once; the app never notices. */
  OBSERVING,
  /**
   * Decides where a request goes or whether it may go. Its failure refuses the request: it never
   * goes unrouted.
   */
  SECURING
}
