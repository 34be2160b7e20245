using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Requests of asm-generic/ioctls.h.</summary>
internal enum TerminalRequest
{
    TIOCGWINSZ = 0x5413,
}

/// <summary>struct winsize (asm-generic/termios.h): the size of a terminal in characters and pixels.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct winsize
{
    internal ushort ws_row;
    internal ushort ws_col;
    internal ushort ws_xpixel;
    internal ushort ws_ypixel;
}
