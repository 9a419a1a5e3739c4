global using Lk = LlamaInterop.Native.NativeMethods.__Internal;

using System.Runtime.CompilerServices;

// All P/Invokes take blittable values, so the runtime need not look for anything to marshal.
[assembly: DisableRuntimeMarshalling]
