package io.inmesh.engine.route;

/**
 * Envoy's {@code HedgePolicy}: its other fields are not implemented by Envoy either.
 *
 * @param onPerTryTimeout whether a try that exceeds its time goes on beside the next one
 */
public record HedgePolicy(boolean onPerTryTimeout) {}
