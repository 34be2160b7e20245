using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Upstreams;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Passing;

/// <summary>The answer on its way back.</summary>
internal sealed partial class PassedRequest
{
    private bool _keepsPeer;

    /// <summary>Passes on bytes of the input as they are.</summary>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many.</returns>
    internal int EmitInput(long limit)
    {
        BufferPart first = _input.First;
        int count = (int)Math.Min(first.Length, limit);
        Tries.Last.ResponseLength += count;
        if (count == first.Length)
        {
            Emit(_input.Take());
            return count;
        }
        if (_buffer.IsEmpty && Exchange.HasRoom)
        {
            Exchange.Write(_pool.Bytes(first)[..count]);
        }
        else if (_pool.TryRent(out int buffer))
        {
            BufferPart copy = _pool.Room(buffer) with { Length = count };
            _pool.Bytes(first)[..count].CopyTo(_pool.Bytes(copy));
            Emit(copy);
        }
        _input.Consume(_pool, count);
        return count;
    }

    /// <summary>Passes a part on, now or when the client has room.</summary>
    internal void Emit(BufferPart part)
    {
        if (_buffer.IsEmpty && Exchange.HasRoom)
        {
            Exchange.Write(part);
            return;
        }
        bool mayUseFile = Program.Buffers && Program.Settings.TempFileMaxBytes > 0;
        if (!_buffer.TryAdd(part, Program.MemoryMax, mayUseFile ? Exchange.Http.Program.AnswerFiles : null))
        {
            Exchange.Report(ErrorLevel.Crit, "a temporary file cannot be written while reading upstream");
            _hasLost = true;
        }
    }

    private bool _hasLost;

    private readonly AnswerHead _heard = new();

    /// <summary>A field of the last answer as it came.</summary>
    internal ReadOnlySpan<byte> Heard(ReadOnlySpan<byte> name, int number, out bool isFound)
    {
        int at = _heard.Find(name);
        for (; number > 0 && at >= 0; number--)
        {
            at = _heard.Find(name, at);
        }
        isFound = at >= 0;
        return isFound ? _heard.Fields[at].Value.Span : default;
    }

    /// <summary>Keeps the fields of an answer, for who asks for them later.</summary>
    private void Listen()
    {
        _heard.Clear();
        TextArena arena = Exchange.Request.Arena;
        for (int i = 0; i < _reader.FieldCount; i++)
        {
            _reader.Field(this, i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            _heard.Add(arena.Remember(name), arena.Remember(value));
        }
    }

    private void ReadHead()
    {
        switch (_reader.ReadHead(this))
        {
            case ReadOutcome.NeedMore when InputBytes.Length >= Program.HeadBytesMax || _input.IsFull:
                Fail(PeerFailure.InvalidHeader, "upstream sent too big header");
                break;
            case ReadOutcome.NeedMore:
                _loop.Receive(_link!.Connection);
                break;
            case ReadOutcome.Done:
                OnHead();
                break;
            default:
                Fail(PeerFailure.InvalidHeader, "upstream sent invalid header");
                break;
        }
    }

    private void OnHead()
    {
        ref UpstreamTry last = ref Tries.Last;
        int status = last.Status = _reader.Status;
        last.HeaderTime = _loop.Now - last.Began;
        Listen();
        UpstreamConditions condition = ConditionOf(status);
        if (condition != UpstreamConditions.None && _triesLeft > 1 && MayRetry(condition, wasSent: true))
        {
            _triesLeft--;
            LeavePeer(status is 403 or 404 ? PeerOutcome.Passed : PeerOutcome.Failed, keeps: false);
            NextPeer();
            return;
        }
        if (status >= 300 && Program.Settings.InterceptsErrors && Intercept(status))
        {
            return;
        }
        if (Exchange.Parent is null && FollowAccel())
        {
            return;
        }
        AnswerHead answer = Exchange.Answer;
        answer.Status = status;
        answer.Reason = Exchange.Request.Arena.Remember(_reader.Reason(this));
        answer.ContentLength = _reader.ContentLength;
        Program.Fields.Copy(Exchange.Request, _heard, answer);
        Exchange.LeavesConditions = true;
        answer.AllowsRanges = Program.Settings.ForcesRanges;
        _reader.LeaveHead(this);
        _hasLost = false;
        _keepsPeer = true;
        if (_reader.IsUpgrade)
        {
            BeginTunnel();
            return;
        }
        _phase = PassPhase.Body;
        bool isWanted = Exchange.SendHead();
        if (Exchange.IsReplaced)
        {
            LeavePeer(PeerOutcome.Answered, keeps: false);
            _phase = PassPhase.Over;
            Exchange.EndBody();
            return;
        }
        if (!isWanted && SentMethod != Holdfast.Http.H1.RequestMethod.Head)
        {
            _keepsPeer = _reader.ContentLength <= 0;
        }
        ReadBody();
    }

    /// <summary>X-Accel-Redirect: a location of our own answers in place of the peer.</summary>
    private bool FollowAccel()
    {
        int at = _heard.Find("x-accel-redirect"u8);
        if (at < 0 || Program.Settings.IgnoreHeaders.Contains("x-accel-redirect")
            || !AccelFields.TryRedirect(_heard.Fields[at].Value.Span, Exchange.Request.Arena, out AccelTarget target))
        {
            return false;
        }
        Program.Fields.CopyToRedirected(_heard, Exchange.Answer);
        LeavePeer(PeerOutcome.Answered, keeps: false);
        _phase = PassPhase.Over;
        _input.Clear(_pool);
        if (target.IsNamed)
        {
            Exchange.RedirectToNamed(target.Path);
        }
        else
        {
            Exchange.Redirect(target.Path, target.Arguments);
        }
        return true;
    }

    private static UpstreamConditions ConditionOf(int status) => status switch
    {
        500 => UpstreamConditions.Http500,
        502 => UpstreamConditions.Http502,
        503 => UpstreamConditions.Http503,
        504 => UpstreamConditions.Http504,
        403 => UpstreamConditions.Http403,
        404 => UpstreamConditions.Http404,
        429 => UpstreamConditions.Http429,
        _ => UpstreamConditions.None,
    };

    /// <returns>Whether a page of ours answers in place of the peer.</returns>
    private bool Intercept(int status)
    {
        if (!Exchange.HasPageFor(status))
        {
            return false;
        }
        for (int i = 0; status == 401 && i < _reader.FieldCount; i++)
        {
            _reader.Field(this, i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (KnownHeaders.Find(name) == KnownHeader.WwwAuthenticate)
            {
                Exchange.Answer.Add(Exchange.Request.Arena.Remember(name), Exchange.Request.Arena.Remember(value));
            }
        }
        LeavePeer(PeerOutcome.Answered, keeps: false);
        _phase = PassPhase.Over;
        Exchange.FinishWith(status);
        return true;
    }

    private void ReadBody()
    {
        ReadOutcome outcome = _reader.ReadBody(this);
        if (_hasLost)
        {
            LeavePeer(PeerOutcome.Answered, keeps: false);
            CutAnswer();
            return;
        }
        switch (outcome)
        {
            case ReadOutcome.Done:
                bool keeps = _keepsPeer && _reader.KeepsAlive && _isRequestSent && !HasInput;
                if (HasInput)
                {
                    Exchange.Report(ErrorLevel.Warn, "upstream sent more data than specified in \"Content-Length\" "
                        + "header while reading upstream");
                    _input.Clear(_pool);
                }
                LeavePeer(PeerOutcome.Answered, keeps);
                _phase = PassPhase.Draining;
                Deliver();
                break;
            case ReadOutcome.NeedMore:
                Deliver();
                break;
            default:
                Exchange.Report(ErrorLevel.Error, "upstream sent invalid chunked response while reading upstream");
                LeavePeer(PeerOutcome.Answered, keeps: false);
                CutAnswer();
                break;
        }
    }

    /// <summary>Gives the client what there is, and asks the peer for more while there is room for it.</summary>
    private void Deliver()
    {
        if (Exchange.HasSource)
        {
            Exchange.Pump();
        }
        else
        {
            Exchange.SetSource(_source);
        }
    }

    private void ReceiveMore()
    {
        if (_phase != PassPhase.Body || _link is not { } link || _input.IsFull)
        {
            return;
        }
        bool hasRoom = _buffer.IsEmpty || (Program.Buffers && (_buffer.MemoryBytes < Program.MemoryMax
            || _buffer.FileBytes < Program.Settings.TempFileMaxBytes));
        if (hasRoom)
        {
            _loop.Receive(link.Connection);
        }
        else
        {
            link.Connection.SetTimeout(-1); // it waits for us
        }
    }

    /// <summary>The peer has ended behind the head.</summary>
    private void OnPeerEnd()
    {
        if (_phase != PassPhase.Body)
        {
            return;
        }
        ReadOutcome outcome = _reader.OnEnd();
        LeavePeer(PeerOutcome.Answered, keeps: false);
        if (outcome == ReadOutcome.Done)
        {
            _phase = PassPhase.Draining;
            Deliver();
            return;
        }
        Exchange.Report(ErrorLevel.Error, "upstream prematurely closed connection while reading upstream");
        CutAnswer();
    }

    private void CutAnswer()
    {
        _phase = PassPhase.Over;
        Exchange.CutAfterBody(_buffer);
    }

    /// <summary>Gives the client what has come of the answer.</summary>
    private sealed class PassedSource(PassedRequest passed) : ContentSource
    {
        internal override void Pump(Exchange exchange)
        {
            while (exchange.HasRoom && passed._buffer.TryTake(out BufferPart part))
            {
                exchange.Write(part);
            }
            if (passed._phase == PassPhase.Draining && passed._buffer.IsEmpty)
            {
                passed._phase = PassPhase.Over;
                exchange.EndBody();
                return;
            }
            passed.ReceiveMore();
        }

        internal override void Abandon(Exchange exchange)
        {
        }
    }
}
