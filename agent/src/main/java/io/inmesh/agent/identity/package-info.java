/** Who this process is, and the TLS that follows from it, towards both sides. */
@NullMarked
package io.inmesh.agent.identity;

import org.jspecify.annotations.NullMarked;
