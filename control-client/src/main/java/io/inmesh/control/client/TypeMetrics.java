package io.inmesh.control.client;

/**
 * Counts of one resource type since the start.
 *
 * @param responses received
 * @param acks responses that were accepted whole
 * @param nacks responses of which at least one resource was rejected
 * @param resources in force
 * @param version the control plane's version of the last response, or empty
 */
public record TypeMetrics(long responses, long acks, long nacks, int resources, String version) {}
