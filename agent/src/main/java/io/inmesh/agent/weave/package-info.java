/** Puts call sites into library classes: the index of instrumented types and the weaver. */
@NullMarked
package io.inmesh.agent.weave;

import org.jspecify.annotations.NullMarked;
