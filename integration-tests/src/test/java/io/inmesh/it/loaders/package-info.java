/** Apps whose libraries are not on a class path: fat jar, OSGi, module layer, two versions. */
@NullMarked
package io.inmesh.it.loaders;

import org.jspecify.annotations.NullMarked;
