using Holdfast.Linux.Abi;

namespace Holdfast.Linux;

/// <summary>A system call failed where the caller cannot go on: what was tried, why it failed, what to do.</summary>
/// <param name="operation">What was tried, in words, with its object.</param>
/// <param name="errno">Why it failed.</param>
/// <param name="remedy">What the operator can do; null when nothing is known.</param>
public sealed class LinuxException(string operation, Errno errno, string? remedy = null)
    : Exception(remedy is null ? $"{operation}: {errno}" : $"{operation}: {errno} ({remedy})")
{
    /// <summary>Why it failed.</summary>
    public Errno Errno { get; } = errno;

    /// <summary>Throws unless <paramref name="errno"/> is <see cref="Errno.Success"/>.</summary>
    public static void ThrowIf(Errno errno, string operation, string? remedy = null)
    {
        if (errno != Errno.Success)
        {
            throw new LinuxException(operation, errno, remedy);
        }
    }
}
