namespace Holdfast.Linux.Memory;

/// <summary>Some bytes of one buffer of a slab.</summary>
/// <param name="Buffer">Number of the buffer.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct BufferPart(int Buffer, int Offset, int Length);
