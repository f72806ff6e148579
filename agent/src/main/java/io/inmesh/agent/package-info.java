/** The composition root of the agent. */
@NullMarked
package io.inmesh.agent;

import org.jspecify.annotations.NullMarked;
