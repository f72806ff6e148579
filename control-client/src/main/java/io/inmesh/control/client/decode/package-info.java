/**
 * From Envoy's messages to the engine's records: what Envoy would reject is rejected with its
 * reason, what the agent does not do is contained where it stands.
 */
@NullMarked
package io.inmesh.control.client.decode;

import org.jspecify.annotations.NullMarked;
