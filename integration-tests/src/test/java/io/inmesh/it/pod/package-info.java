/** A pod with a network of its own, and who calls it from outside. */
@NullMarked
package io.inmesh.it.pod;

import org.jspecify.annotations.NullMarked;
