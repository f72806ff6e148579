/** Connects call sites to advice: the linker and the loader of one library module. */
@NullMarked
package io.inmesh.agent.link;

import org.jspecify.annotations.NullMarked;
