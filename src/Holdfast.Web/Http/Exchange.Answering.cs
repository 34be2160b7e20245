using System.Globalization;
using Holdfast.Http.H1;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Http.Filters;

namespace Holdfast.Web.Http;

/// <summary>The answer: its head through the filters, then its body.</summary>
internal sealed partial class Exchange
{
    private readonly List<BodyFilter> _filters = [];
    private long _headPut;
    private long _bodyPut;
    private bool _mayNotBody;
    private bool _isDone;
    private bool _isComplete;
    private bool _isPumping;

    private int _replacement;

    /// <summary>What a range is cut out of, when the source can begin anywhere; set before the head is put.</summary>
    internal bool CanSeek { get; set; }

    /// <summary>Whether conditions of the request are for whoever has made the answer elsewhere.</summary>
    internal bool LeavesConditions { get; set; }

    /// <summary>The only part that is sent, of a source that can begin there; null: all of it.</summary>
    internal ByteRange? SoughtRange { get; set; }

    /// <summary>Several parts that are sent, of a source that can begin there; null: none.</summary>
    internal MultipartForm? SoughtParts { get; set; }

    /// <summary>A filter of the head finds that another answer is due.</summary>
    internal void ReplaceBy(int status) => _replacement = status;

    /// <summary>Whether another answer is due, which the end of the body brings.</summary>
    internal bool IsReplaced => _replacement > 0;

    /// <summary>Whether somebody takes what is written now.</summary>
    internal bool HasRoom => Sink.HasRoom;

    /// <summary>Whether the answer has no body, whatever is written.</summary>
    internal bool MayNotBody => _mayNotBody;

    /// <summary>An answer with a body that is there: one call makes all of it.</summary>
    internal void AnswerWith(int status, ReadOnlyMemory<byte> type, scoped ReadOnlySpan<byte> body)
    {
        Answer.Status = status;
        Answer.ContentType = type;
        Answer.ContentLength = body.Length;
        if (SendHead() && !body.IsEmpty)
        {
            Write(body);
        }
        EndBody();
    }

    /// <summary>What <c>return</c> says.</summary>
    internal void Return(int status, scoped ReadOnlySpan<byte> text, bool hasText)
    {
        if (status is 301 or 302 or 303 or 307 or 308)
        {
            Answer.Location = Request.Arena.Remember(text);
            FinishWith(status);
            return;
        }
        if (status == 444 || (status >= 400 && !hasText))
        {
            FinishWith(status);
            return;
        }
        AnswerWith(status, Place.TypeOf(Request), text);
    }

    /// <summary>Puts the head, after the filters have seen it.</summary>
    /// <returns>Whether a body is wanted.</returns>
    internal bool SendHead()
    {
        _isAnswered = true;
        if (_errorStatus > 0)
        {
            Answer.Status = _errorStatus;
        }
        foreach (HeadFilter filter in Place.Filters)
        {
            filter.OnHead(this);
            if (_replacement > 0)
            {
                _isAnswered = false;
                return false;
            }
        }
        if (Parent is not null)
        {
            return true;
        }
        Frame();
        TextBuilder text = Http.Scratch;
        text.Clear();
        MakeAbsolute();
        AnswerWriter.Write(Answer, new AnswerOptions(Place.Signature, Answer.Status == 101, Place.KeepAliveSeconds),
            Http.Loop.Clock, text);
        _headPut += text.Length;
        Sink.Put(text.Text);
        return !_mayNotBody;
    }

    /// <summary>Writes a part of the body; it is copied.</summary>
    internal void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (_filters.Count > 0)
        {
            _filters[0].OnBody(this, bytes);
            return;
        }
        WriteOut(bytes);
    }

    /// <summary>Writes a part of the body; the buffer is the answer's from now on.</summary>
    internal void Write(BufferPart part)
    {
        if (_filters.Count > 0)
        {
            _filters[0].OnPart(this, part);
            return;
        }
        WriteOut(part);
    }

    /// <summary>All of the body was written.</summary>
    internal void EndBody()
    {
        if (_isDone)
        {
            return;
        }
        if (_replacement > 0)
        {
            int other = _replacement;
            _replacement = 0;
            FinishWith(other);
            return;
        }
        _source = null;
        if (_filters.Count > 0)
        {
            _filters[0].OnEnd(this);
        }
        if (Answer.IsChunked && !_mayNotBody)
        {
            Put(ChunkWriter.LastChunkAndEnd);
        }
        _isDone = _isComplete = true;
        if (Parent is { } parent)
        {
            parent.OnSubrequestDone(this);
            return;
        }
        Session.OnAnswerEnd();
    }

    /// <summary>What makes the body is asked for more whenever there is room.</summary>
    internal void SetSource(ContentSource source)
    {
        _source = source;
        Pump();
    }

    /// <summary>The sink has room again.</summary>
    internal void OnRoom() => Pump();

    /// <summary>Has what makes the body make as much as there is room for.</summary>
    internal void Pump()
    {
        if (_isPumping || _isDone)
        {
            return;
        }
        _isPumping = true;
        _source?.Pump(this);
        _isPumping = false;
        if (!_isDone && _isAnswered)
        {
            Sink.Flush();
            if (Parent is null)
            {
                Session.ArmSendTimer();
            }
        }
    }

    /// <summary>Adds a filter behind those that are there.</summary>
    internal void Add(BodyFilter filter)
    {
        filter.Next = null;
        if (_filters.Count > 0)
        {
            _filters[^1].Next = filter;
        }
        _filters.Add(filter);
    }

    /// <summary>The last step of a body: what filters have left of it.</summary>
    internal void WriteOut(scoped ReadOnlySpan<byte> bytes)
    {
        if (_mayNotBody || bytes.IsEmpty)
        {
            return;
        }
        if (!Answer.IsChunked || Parent is not null)
        {
            Put(bytes);
            return;
        }
        PutChunkHead(bytes.Length);
        Put(bytes);
        Put("\r\n"u8);
    }

    /// <inheritdoc cref="WriteOut(ReadOnlySpan{byte})"/>
    internal void WriteOut(BufferPart part)
    {
        if (_mayNotBody || part.Length == 0)
        {
            Http.Loop.Buffers.Return(part.Buffer);
            return;
        }
        bool isChunk = Answer.IsChunked && Parent is null;
        if (isChunk)
        {
            PutChunkHead(part.Length);
        }
        _bodyPut += part.Length;
        Sink.Put(part);
        if (isChunk)
        {
            Put("\r\n"u8);
        }
    }

    private void PutChunkHead(int length)
    {
        Span<byte> head = stackalloc byte[ChunkWriter.HeaderMax];
        _ = length.TryFormat(head, out int digits, "x", CultureInfo.InvariantCulture);
        head[digits++] = (byte)'\r';
        head[digits++] = (byte)'\n';
        Put(head[..digits]);
    }

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        _bodyPut += bytes.Length;
        Sink.Put(bytes);
    }

    /// <summary>Decides how the end of the body is known.</summary>
    private void Frame()
    {
        int status = Answer.Status;
        _mayNotBody = IsHead || status is 204 or 304 or < 200;
        if (status is not (200 or 206 or 304))
        {
            Answer.LastModified = -1;
        }
        if (status is 204)
        {
            Answer.ContentType = default;
            Answer.LastModified = -1;
            Answer.ContentLength = -1;
        }
        if (!_mayNotBody && Answer.ContentLength < 0)
        {
            bool mayChunk = Head.Version == H1Version.Http11 && Place.Chunks;
            Answer.IsChunked = mayChunk;
            KeepsAlive &= mayChunk;
        }
        Answer.KeepsAlive = KeepsAlive;
    }
}
