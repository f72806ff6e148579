/**
 * Protocol buffers without generated classes: a table of Envoy's messages, a decoder that reads
 * them in place, the walk that reports what the agent does not do, and the proto3 JSON form.
 */
@NullMarked
package io.inmesh.control.client.wire;

import org.jspecify.annotations.NullMarked;
