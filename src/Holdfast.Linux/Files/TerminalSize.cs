using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>The size of a terminal, asked of the kernel; .NET would send it control characters first.</summary>
public static unsafe class TerminalSize
{
    /// <summary>Columns of the terminal that a descriptor is; 0 when it is none, or does not know.</summary>
    public static int Columns(int fd)
    {
        winsize size = default;
        return LibC.ioctl(fd, (nuint)TerminalRequest.TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    }
}
