using Holdfast.Primitives;

namespace Holdfast.Nginx.Texts;

/// <summary>What the last regular expression that matched has captured: <c>$1</c> to <c>$9</c>, and named groups.
/// </summary>
/// <remarks>One of a request; used again for the next one. The text that matched is copied: it may change.</remarks>
public sealed class Captures
{
    /// <summary>Groups that are kept, the whole match counted.</summary>
    public const int GroupsMax = 16;

    private readonly int[] _groups = new int[GroupsMax * 2];
    private byte[] _subject = new byte[256];
    private bool _isSet;

    /// <summary>Matches; what there was is replaced when it does, and stays when it does not.</summary>
    /// <param name="regex">The expression.</param>
    /// <param name="subject">The text.</param>
    public bool TryMatch(IRegex regex, ReadOnlySpan<byte> subject)
    {
        ArgumentNullException.ThrowIfNull(regex);
        Span<int> groups = stackalloc int[GroupsMax * 2];
        if (!regex.TryMatch(subject, 0, groups))
        {
            return false;
        }
        groups.CopyTo(_groups);
        if (_subject.Length < subject.Length)
        {
            _subject = new byte[int.Max(subject.Length, _subject.Length * 2)];
        }
        subject.CopyTo(_subject);
        _isSet = true;
        return true;
    }

    /// <summary>A group; 0: the whole match.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="isFound">Whether the last match had it.</param>
    public ReadOnlySpan<byte> Group(int number, out bool isFound)
    {
        int at = number * 2;
        isFound = _isSet && at < _groups.Length && _groups[at] >= 0;
        return isFound ? _subject.AsSpan(_groups[at].._groups[at + 1]) : default;
    }

    /// <summary>Forgets the match.</summary>
    public void Clear() => _isSet = false;
}
