/** Tests of the whole. */
@NullMarked
package io.inmesh.it;

import org.jspecify.annotations.NullMarked;
