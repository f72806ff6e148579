package io.inmesh.benchmarks.path;

import java.nio.file.Path;

/**
 * What the parts share.
 *
 * @param selfPort where the bare main listens, which the mesh knows as the service {@code self}
 * @param targetPort where the server under load listens
 */
record Lab(
    Plan plan,
    Programs programs,
    Report report,
    ControlPlane controlPlane,
    Path envoy,
    int selfPort,
    int targetPort) {}
