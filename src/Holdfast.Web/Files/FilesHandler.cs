using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Content;

namespace Holdfast.Web.Files;

/// <summary>Answers with files: index, and then the file itself.</summary>
internal sealed class FilesHandler : ContentHandler
{
    internal static FilesHandler Instance { get; } = new();

    internal override void Run(Exchange exchange)
    {
        if (exchange.Request.Path.Span is [.., (byte)'/'])
        {
            IndexLookup.Run(exchange);
            return;
        }
        RequestMethod method = exchange.Head.Method;
        if (method is not (RequestMethod.Get or RequestMethod.Head or RequestMethod.Post) && !exchange.IsHead)
        {
            exchange.FinishWith(405);
            return;
        }
        Serve(exchange, method == RequestMethod.Post);
    }

    private static void Serve(Exchange exchange, bool isPost)
    {
        ReadOnlySpan<byte> path = FilePaths.Of(exchange);
        Errno errno = PathIo.Open(path, out int fd);
        FileFacts facts = default;
        if (errno == Errno.Success)
        {
            errno = PathIo.Look(fd, out facts);
        }
        if (errno != Errno.Success)
        {
            FilePaths.Fail(exchange, "open()", path, errno);
            return;
        }
        if (facts.Kind == FileKind.Directory)
        {
            PathIo.Close(fd);
            RedirectToSlash(exchange);
            return;
        }
        if (facts.Kind != FileKind.Regular || isPost)
        {
            PathIo.Close(fd);
            exchange.FinishWith(isPost ? 405 : 404);
            return;
        }
        SendFile(exchange, fd, facts);
    }

    private static void SendFile(Exchange exchange, int fd, in FileFacts facts)
    {
        AnswerHead answer = exchange.Answer;
        answer.Status = 200;
        answer.ContentLength = facts.SizeBytes;
        answer.LastModified = facts.ModifiedSeconds;
        if (answer.ContentType.IsEmpty)
        {
            answer.ContentType = exchange.Place.TypeOf(exchange.Request);
        }
        answer.AllowsRanges = true;
        if (exchange.Place.Files.Settings.HasETag)
        {
            answer.Add(FileTags.Name, FileTags.Of(exchange.Request, facts), KnownHeader.ETag);
        }
        exchange.CanSeek = true;
        bool isWanted = exchange.SendHead();
        ByteRange part = exchange.SoughtRange ?? new ByteRange(0, facts.SizeBytes);
        if (!isWanted || part.Length == 0)
        {
            PathIo.Close(fd);
            exchange.EndBody();
            return;
        }
        FileSource source = exchange.FileSource;
        source.Begin(fd, part.Start, exchange.SoughtParts is null ? part.Length : 0);
        exchange.SetSource(source);
    }

    private static void RedirectToSlash(Exchange exchange)
    {
        TextBuilder text = exchange.Http.Scratch;
        text.Clear();
        text.Put(exchange.Request.Path.Span);
        text.Put((byte)'/');
        if (!exchange.Request.Arguments.IsEmpty)
        {
            text.Put((byte)'?');
            text.Put(exchange.Request.Arguments.Span);
        }
        exchange.Answer.Location = exchange.Request.Arena.Remember(text.Text);
        exchange.FinishWith(301);
    }
}

/// <summary>ETag of files.</summary>
internal static class FileTags
{
    internal static ReadOnlyMemory<byte> Name { get; } = "ETag"u8.ToArray();

    /// <summary>Time of change and length, both hexadecimal.</summary>
    internal static ReadOnlyMemory<byte> Of(Nginx.Requests.Request request, in FileFacts facts)
    {
        Span<byte> text = stackalloc byte[40];
        text[0] = (byte)'"';
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(facts.ModifiedSeconds, text[1..], out int first, 'x');
        text[1 + first] = (byte)'-';
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(facts.SizeBytes, text[(2 + first)..], out int second, 'x');
        text[2 + first + second] = (byte)'"';
        return request.Arena.Remember(text[..(3 + first + second)]);
    }
}
