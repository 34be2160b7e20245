using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Netlink;

/// <summary>What the kernel answered to one request.</summary>
/// <param name="Errno">Success, or why not.</param>
/// <param name="Text">The kernel's own words (extended ack); null when it gave none.</param>
/// <param name="Attribute">Number of the attribute that it objects to, or misses; 0 when it did not say.</param>
public readonly record struct NetlinkResult(Errno Errno, string? Text = null, ushort Attribute = 0)
{
    /// <summary>Whether it was done.</summary>
    public bool IsSuccess => Errno == Errno.Success;

    /// <summary>Throws unless it was done.</summary>
    /// <exception cref="LinuxException">With the kernel's words.</exception>
    public void ThrowIfFailed(string operation)
    {
        if (!IsSuccess)
        {
            throw new LinuxException(operation, Errno, Text);
        }
    }

    /// <summary>For messages: errno, text, attribute.</summary>
    public override string ToString()
        => (Text, Attribute) switch
        {
            (null, 0) => Errno.ToString(),
            (null, _) => $"{Errno} (attribute {Attribute})",
            (_, 0) => $"{Errno}: {Text}",
            _ => $"{Errno}: {Text} (attribute {Attribute})",
        };
}

/// <summary>Takes the messages of a dump.</summary>
internal interface INetlinkVisitor
{
    /// <summary>Forget what came so far: the table changed during the dump, which begins again.</summary>
    void Restart();

    /// <summary>One entry.</summary>
    /// <param name="type">Message type.</param>
    /// <param name="body">Family header and attributes; valid during the call only.</param>
    void Visit(ushort type, ReadOnlySpan<byte> body);
}
