/** Whatever goes wrong, what must be secured never leaves in clear. */
@NullMarked
package io.inmesh.it.clear;

import org.jspecify.annotations.NullMarked;
