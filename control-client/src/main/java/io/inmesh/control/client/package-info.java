/** The agent's xDS client: bytes from the control plane become an engine snapshot. */
@NullMarked
package io.inmesh.control.client;

import org.jspecify.annotations.NullMarked;
