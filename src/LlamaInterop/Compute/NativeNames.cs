// The kernel library's enums, generated from its header, are the graph's vocabulary: one list of ops and types for both sides.
global using ElementType = LlamaInterop.Native.LkType;
global using GatingKind = LlamaInterop.Native.LkGatingKind;
global using GluKind = LlamaInterop.Native.LkGluKind;
global using Live = LlamaInterop.Native.LkArgument;
global using Opcode = LlamaInterop.Native.LkOpcode;
global using RopeMode = LlamaInterop.Native.LkRopeMode;
global using WeightLayout = LlamaInterop.Native.LkLayout;
global using WindowKind = LlamaInterop.Native.LkWindowKind;
