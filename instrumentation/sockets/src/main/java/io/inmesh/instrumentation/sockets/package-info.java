/**
 * The guard where connections begin and arrive: it routes nothing, it sees what no other module
 * does. A library module like the others because it hooks as they do; it is woven only when there
 * is a configuration to guard.
 */
@NullMarked
package io.inmesh.instrumentation.sockets;

import org.jspecify.annotations.NullMarked;
