/** Start, bad days and end of an app with the agent. */
@NullMarked
package io.inmesh.it.life;

import org.jspecify.annotations.NullMarked;
