package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.Finding;
import java.util.List;

/**
 * A resource for the engine.
 *
 * @param value with what is refused contained in it
 * @param findings what the resource sets and the agent does not simply do
 */
public record Decoded<T>(T value, List<Finding> findings) {}
