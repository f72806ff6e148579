package io.inmesh.control.plane.model;

/**
 * Where a route sends traffic.
 *
 * @param host the fully qualified host
 * @param subset empty for the whole service
 * @param port 0 when not given
 */
public record Destination(String host, String subset, int port) {}
