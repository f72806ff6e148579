/** Why a decision came out as it did. */
@NullMarked
package io.inmesh.engine.trace;

import org.jspecify.annotations.NullMarked;
