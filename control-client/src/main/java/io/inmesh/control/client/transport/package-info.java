/** The bytes between agent and control plane: one gRPC stream over HTTP/2, behind a seam. */
@NullMarked
package io.inmesh.control.client.transport;

import org.jspecify.annotations.NullMarked;
