package io.inmesh.control.plane.ads;

import io.inmesh.control.plane.model.Registry;

/** One state of the registry with the version that clients see. */
public record Snapshot(String version, Registry registry) {}
