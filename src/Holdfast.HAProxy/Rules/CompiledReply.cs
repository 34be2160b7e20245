using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

namespace Holdfast.HAProxy.Rules;

/// <summary>An answer of our own: of return, deny, tarpit, auth and http-error.</summary>
public sealed class CompiledReply
{
    private readonly (byte[] Name, CompiledLogFormat Value)[] _headers;
    private readonly byte[]? _contentType;
    private readonly byte[]? _body;
    private readonly CompiledLogFormat? _format;

    /// <summary>Compiles an answer.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="environment">The configuration.</param>
    /// <param name="isReturn">Whether nothing is sent where no body is named, instead of the status's page.</param>
    public CompiledReply(ReplyModel reply, CompileEnvironment environment, bool isReturn = false)
    {
        Status = reply.Status;
        _headers = [.. reply.Headers.Select(h =>
            (ByteText.ToBytes(h.Name.ToLowerInvariant()), CompiledLogFormat.Compile(h.Value, environment)))];
        bool hasText = reply.Body is ReplyBody.File or ReplyBody.Text or ReplyBody.Format or ReplyBody.FormatFile;
        _contentType = reply.ContentType is { } type ? ByteText.ToBytes(type) : null;
        IsPage = !hasText && (!isReturn || reply.UsesPage) && _headers.Length == 0 && reply.Body != ReplyBody.ErrorFile;
        _format = reply.Format is { } format ? CompiledLogFormat.Compile(format, environment) : null;
        _body = reply.Body switch
        {
            ReplyBody.Text => ByteText.ToBytes(reply.Source),
            ReplyBody.File or ReplyBody.ErrorFile => reply.Content is { } content
                ? ByteText.ToBytes(content) : environment.ReadFile(reply.Source),
            _ => null,
        };
        Message = reply.Body == ReplyBody.ErrorFile ? _body : null;
        PageSection = reply.Body == ReplyBody.ErrorSection ? reply.Source : null;
    }

    /// <summary>An answer without a body of its own: the page of a status, maybe with a header.</summary>
    internal CompiledReply(int status, byte[] name, byte[] value)
    {
        Status = status;
        _headers = [];
        IsPage = true;
        ChallengeName = name.Length == 0 ? null : name;
        ChallengeValue = value;
    }

    /// <summary>The page of a status, and no more.</summary>
    public static CompiledReply Page(int status) => new(status, [], []);

    /// <summary>Its status.</summary>
    public int Status { get; }

    /// <summary>
    /// Whether the page of the status is to be sent: of backend, frontend, or the built-in one.
    /// <see cref="ChallengeName"/> is to be added.
    /// </summary>
    public bool IsPage { get; }

    /// <summary>The http-errors section whose page is to be sent; null: none.</summary>
    public string? PageSection { get; }

    /// <summary>A whole message of a file, to be sent as it is; empty: close without a word; null: none.</summary>
    public byte[]? Message { get; }

    /// <summary>Name of a header that is added to the page: of auth; null: none.</summary>
    public byte[]? ChallengeName { get; }

    /// <summary>Its value.</summary>
    public byte[] ChallengeValue { get; } = [];

    /// <summary>Writes the answer, unless it <see cref="IsPage"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="to">Where to.</param>
    /// <param name="written">Bytes of it; the body counts even for HEAD, see <paramref name="bodyLength"/>.</param>
    /// <param name="bodyLength">How many of them, at the end, are the body: not to be sent to HEAD.</param>
    /// <returns>False when it does not fit, or a header's value would break the message: a 500.</returns>
    public bool TryWrite(RequestContext context, Span<byte> to, out int written, out int bodyLength)
    {
        bodyLength = 0;
        if (Message is not null)
        {
            written = Message.Length;
            return Message.AsSpan().TryCopyTo(to);
        }
        int mark = context.Scratch.Mark;
        ReadOnlySpan<byte> body = _body;
        bool isGood = _format is null || _format.TryWrite(context, out body);
        MessageWriter writer = MessageWriter.Response(to, Status, ReplyReasons.Of(Status));
        foreach ((byte[] name, CompiledLogFormat value) in _headers)
        {
            // The original leaves a header without a value out.
            isGood &= value.TryWrite(context, out ReadOnlySpan<byte> text)
                && (text.IsEmpty || writer.Field(name, text) == EditResult.Done);
        }
        if (Status is not (204 or 304))
        {
            writer.Field("content-length"u8, body.Length);
        }
        if (!body.IsEmpty && _contentType is not null)
        {
            writer.Field("content-type"u8, _contentType);
        }
        isGood &= writer.TryEnd(out written) && body.TryCopyTo(to[written..]);
        context.Scratch.Release(mark);
        bodyLength = body.Length;
        written += body.Length;
        return isGood;
    }
}
