using System.Runtime.InteropServices;
using System.Text;

namespace Holdfast.Linux;

/// <summary>A null-terminated array of C strings (argv, envp) outside the collected heap.</summary>
internal sealed unsafe class Utf8Strings : IDisposable
{
    internal Utf8Strings(IReadOnlyList<string> strings)
    {
        int size = (strings.Count + 1) * sizeof(byte*);
        foreach (string text in strings)
        {
            size += Encoding.UTF8.GetByteCount(text) + 1;
        }
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)size);
        byte* next = (byte*)(Pointer + strings.Count + 1);
        byte* end = (byte*)Pointer + size;
        for (int i = 0; i < strings.Count; i++)
        {
            Pointer[i] = next;
            next += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(next, (int)(end - next))) + 1;
        }
    }

    /// <summary>The array; ends with a null pointer.</summary>
    internal byte** Pointer { get; private set; }

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }

    /// <summary>One string as zero-terminated UTF-8.</summary>
    internal static byte[] Terminated(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
