package io.inmesh.control.client;

import io.inmesh.control.client.wire.Finding;
import java.util.List;

/**
 * One resource in force.
 *
 * @param version the control plane's version of it
 * @param bytes as received, for {@code /config_dump}
 * @param value decoded
 * @param findings what it sets and the agent does not simply do
 */
record Held<T>(String version, Packer.Packed bytes, T value, List<Finding> findings) {}
