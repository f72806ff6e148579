package io.inmesh.instrumentation.grpc;

import io.grpc.internal.ObjectPool;
import io.inmesh.instrumentation.api.Mesh;
import java.util.concurrent.Executor;

/**
 * What the calls of one channel have in common.
 *
 * @param destination where the channel leads
 * @param userAgent what it says of itself
 * @param executors where calls run that name no executor of their own
 */
record Meshed(
    Mesh mesh,
    Headers headers,
    Destination destination,
    String userAgent,
    ObjectPool<? extends Executor> executors) {}
