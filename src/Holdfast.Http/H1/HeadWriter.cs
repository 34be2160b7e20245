using System.Buffers.Text;
using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// Writes heads anew from what was understood of them, with their edits; nothing is passed through raw. Fields keep
/// their order. What frames the body is written from <see cref="WriteOptions.Body"/> alone, at the place where the
/// received framing field stood, or behind all others.
/// </summary>
public static class HeadWriter
{
    /// <summary>Writes the head of a request.</summary>
    /// <param name="view">The request and its edits.</param>
    /// <param name="options">How it is to be sent.</param>
    /// <param name="to">Where to.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when there is no room; nothing that was written counts then.</returns>
    public static bool TryWriteRequest(
        HeadView view, in WriteOptions options, Span<byte> to, out int written)
    {
        H1Head head = view.Head;
        ReadOnlySpan<byte> target = view.Target;
        bool shorten = options.OriginForm && head.Form == TargetForm.Absolute;
        if (shorten)
        {
            target = target[(head.Authority.End - head.Target.Start)..];
        }
        bool needsSlash = shorten && (target.IsEmpty || target[0] != '/');
        var output = new HeadOutput(to);
        output.Put(view.Method);
        output.Put(needsSlash ? " /"u8 : " "u8);
        output.Put(target);
        output.Put(options.Version == H1Version.Http11 ? " HTTP/1.1\r\n"u8 : " HTTP/1.0\r\n"u8);
        if (options.HostFirst && view.Find(KnownHeader.Host) is var host and >= 0)
        {
            output.PutField(view.NameAt(host), view.ValueAt(host), options.LowerCaseNames);
        }
        PutFields(ref output, view, options);
        return output.TryFinish(out written);
    }

    /// <summary>Writes the head of a response, or of an interim response.</summary>
    /// <inheritdoc cref="TryWriteRequest"/>
    public static bool TryWriteResponse(
        HeadView view, in WriteOptions options, Span<byte> to, out int written)
    {
        var output = new HeadOutput(to);
        output.Put(options.Version == H1Version.Http11 ? "HTTP/1.1 "u8 : "HTTP/1.0 "u8);
        output.PutNumber(view.Head.Status);
        output.Put(" "u8);
        output.Put(view.Reason);
        output.Put("\r\n"u8);
        PutFields(ref output, view, options);
        return output.TryFinish(out written);
    }

    /// <summary>Writes the trailer section: the fields that may stand there, and its empty line.</summary>
    /// <param name="view">Trailers, parsed by <see cref="H1Parser.ParseTrailers"/>, and their edits.</param>
    /// <param name="lowerCaseNames">Whether names are written in lower case.</param>
    /// <param name="to">Where to.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when there is no room.</returns>
    public static bool TryWriteTrailers(HeadView view, bool lowerCaseNames, Span<byte> to, out int written)
    {
        var output = new HeadOutput(to);
        HeaderTable headers = view.Head.Headers;
        for (int i = 0; i < headers.Count; i++)
        {
            ref readonly HeaderField field = ref headers[i];
            if (!field.IsRemoved && TrailerRules.MayStand(field.Id))
            {
                output.PutField(view.Text(field.Name), view.Text(field.Value), lowerCaseNames);
            }
        }
        output.Put("\r\n"u8);
        return output.TryFinish(out written);
    }

    private static void PutFields(ref HeadOutput output, HeadView view, in WriteOptions options)
    {
        HeaderTable headers = view.Head.Headers;
        bool framed = options.Body.Kind is not (BodyKind.Length or BodyKind.Chunked);
        // One that says nothing to us would still make servers answer 100 that nobody waits for.
        bool expects = view.Head.Has(ConnectionFacts.ExpectsContinue | ConnectionFacts.ExpectsOther);
        var hop = new HopFields(view, options);
        for (int i = 0; i < headers.Count; i++)
        {
            ref readonly HeaderField field = ref headers[i];
            if (field.IsRemoved)
            {
                continue;
            }
            switch (field.Id)
            {
                case KnownHeader.ContentLength or KnownHeader.TransferEncoding:
                    if (!framed)
                    {
                        PutFraming(ref output, options);
                        framed = true;
                    }
                    continue;
                case KnownHeader.Connection or KnownHeader.Upgrade or KnownHeader.Te:
                    hop.Put(ref output, i);
                    continue;
                case KnownHeader.KeepAlive or KnownHeader.ProxyConnection or KnownHeader.Http2Settings:
                case KnownHeader.Expect when options.DropExpect || !expects:
                case KnownHeader.Host when options.HostFirst && !view.Head.IsResponse:
                    continue;
                default:
                    if (!field.IsHopByHop)
                    {
                        output.PutField(view.Text(field.Name), view.Text(field.Value), options.LowerCaseNames);
                    }
                    continue;
            }
        }
        if (!framed)
        {
            PutFraming(ref output, options);
        }
        hop.PutRest(ref output);
        output.Put("\r\n"u8);
    }

    private static void PutFraming(ref HeadOutput output, in WriteOptions options)
    {
        bool lower = options.LowerCaseNames;
        if (options.Body.Kind == BodyKind.Chunked)
        {
            output.Put(lower ? "transfer-encoding: chunked\r\n"u8 : "Transfer-Encoding: chunked\r\n"u8);
            return;
        }
        output.Put(lower ? "content-length: "u8 : "Content-Length: "u8);
        output.PutNumber(options.Body.Length);
        output.Put("\r\n"u8);
    }
}

/// <summary>Where a head is written to: what does not fit is counted as a failure, once, at the end.</summary>
internal ref struct HeadOutput(Span<byte> to)
{
    private readonly Span<byte> _to = to;
    private int _length;
    private bool _isFull;

    public void Put(ReadOnlySpan<byte> text)
    {
        if (text.TryCopyTo(_to[_length..]))
        {
            _length += text.Length;
            return;
        }
        _isFull = true;
    }

    public void PutNumber(long value)
    {
        _isFull |= !Utf8Formatter.TryFormat(value, _to[_length..], out int digits);
        _length += digits;
    }

    public void PutField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool lowerCaseName)
    {
        Span<byte> room = _to[_length..];
        int length = name.Length + value.Length + 4;
        if (room.Length < length)
        {
            _isFull = true;
            return;
        }
        if (lowerCaseName)
        {
            HttpText.CopyLower(name, room);
        }
        else
        {
            name.CopyTo(room);
        }
        room[name.Length] = (byte)':';
        room[name.Length + 1] = HttpText.Sp;
        value.CopyTo(room[(name.Length + 2)..]);
        room[length - 2] = HttpText.Cr;
        room[length - 1] = HttpText.Lf;
        _length += length;
    }

    public readonly bool TryFinish(out int written)
    {
        written = _isFull ? 0 : _length;
        return !_isFull;
    }
}
