/** Connections that no library module routed: what the mesh says of them, who makes them. */
@NullMarked
package io.inmesh.agent.guard;

import org.jspecify.annotations.NullMarked;
