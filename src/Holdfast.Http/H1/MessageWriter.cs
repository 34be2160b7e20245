using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// Writes a head of our own: an error, a redirect, a check. No text can end a line: what has a control byte is refused,
/// and the message with it.
/// </summary>
/// <remarks>A step that fails makes all later ones fail, so it is enough to look at <see cref="TryEnd"/>.</remarks>
public ref struct MessageWriter
{
    private HeadOutput _output;

    private MessageWriter(Span<byte> to)
    {
        _output = new(to);
    }

    /// <summary>What went wrong first; <see cref="EditResult.Done"/> as long as nothing did.</summary>
    public EditResult Result { get; private set; }

    /// <summary>Begins a response.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="status">100 to 999.</param>
    /// <param name="reason">Its reason; empty: the usual one.</param>
    /// <param name="version">Version in the status line.</param>
    public static MessageWriter Response(
        Span<byte> to, int status, ReadOnlySpan<byte> reason = default, H1Version version = H1Version.Http11)
    {
        var writer = new MessageWriter(to);
        ReadOnlySpan<byte> words = reason.IsEmpty ? ReasonPhrases.Of(status) : reason;
        writer.Require(status is >= 100 and <= 999 && !words.ContainsAny(HttpText.Control), EditResult.BadValue);
        writer._output.Put(version == H1Version.Http11 ? "HTTP/1.1 "u8 : "HTTP/1.0 "u8);
        writer._output.PutNumber(status);
        writer._output.Put(" "u8);
        writer._output.Put(words);
        writer._output.Put("\r\n"u8);
        return writer;
    }

    /// <summary>Begins a request.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="method">A token.</param>
    /// <param name="target">Visible ASCII without '#'.</param>
    /// <param name="version">Version in the request line.</param>
    public static MessageWriter Request(
        Span<byte> to, ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, H1Version version = H1Version.Http11)
    {
        var writer = new MessageWriter(to);
        writer.Require(HttpText.IsToken(method) && HttpText.IsTarget(target), EditResult.BadValue);
        writer._output.Put(method);
        writer._output.Put(" "u8);
        writer._output.Put(target);
        writer._output.Put(version == H1Version.Http11 ? " HTTP/1.1\r\n"u8 : " HTTP/1.0\r\n"u8);
        return writer;
    }

    /// <summary>Writes a field.</summary>
    public EditResult Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> trimmed = HttpText.Trim(value);
        Require(HttpText.IsToken(name), EditResult.BadName);
        Require(!trimmed.ContainsAny(HttpText.Control), EditResult.BadValue);
        _output.PutField(name, trimmed, lowerCaseName: false);
        return Result;
    }

    /// <summary>Writes a field with a number.</summary>
    public EditResult Field(ReadOnlySpan<byte> name, long value)
    {
        Require(HttpText.IsToken(name), EditResult.BadName);
        _output.Put(name);
        _output.Put(": "u8);
        _output.PutNumber(value);
        _output.Put("\r\n"u8);
        return Result;
    }

    /// <summary>Ends the head.</summary>
    /// <param name="written">Bytes of the head; 0 when it must not be sent.</param>
    /// <returns>False when a text was refused or there was no room: <see cref="Result"/> says which.</returns>
    public bool TryEnd(out int written)
    {
        _output.Put("\r\n"u8);
        Require(_output.TryFinish(out written), EditResult.NoRoom);
        written = Result == EditResult.Done ? written : 0;
        return Result == EditResult.Done;
    }

    private void Require(bool holds, EditResult otherwise)
    {
        if (!holds && Result == EditResult.Done)
        {
            Result = otherwise;
        }
    }
}
