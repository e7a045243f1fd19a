using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Producing;

// Everything here runs under the producer's lock.
public sealed partial class RecordProducer
{
    private void Answer(ProduceDispatch dispatch, ProduceResponse response)
    {
        Landed(dispatch);
        var answers = new Dictionary<(string Topic, int Index), ProduceResponse.PartitionProduceResponse>();
        foreach (ProduceResponse.TopicProduceResponse topic in response.Responses)
        {
            // Newer versions name topics by id only.
            string name = topic.TopicId == Uuid.Zero ? topic.Name : NameOf(dispatch, topic.TopicId);
            foreach (ProduceResponse.PartitionProduceResponse partition in topic.PartitionResponses) answers[(name, partition.Index)] = partition;
        }

        foreach ((ProducerPartition partition, ProducerBatch batch) in dispatch.Batches)
        {
            if (!answers.TryGetValue((partition.Topic, partition.Index), out ProduceResponse.PartitionProduceResponse? answer))
            {
                var missing = new KafkaException(ErrorCode.UnknownServerError, $"the broker did not answer for {partition.Topic}-{partition.Index}");
                Answer(partition, batch, missing, -1, -1);
                continue;
            }

            KafkaException? failure = answer.ErrorCode == ErrorCode.None
                ? null
                : KafkaException.FromResponse(answer.ErrorCode, answer.ErrorMessage, $"{partition.Topic}-{partition.Index}");
            Answer(partition, batch, failure, answer.BaseOffset, answer.LogAppendTimeMs);
        }
    }

    private void AnswerAll(ProduceDispatch dispatch, KafkaException? failure)
    {
        Landed(dispatch);
        foreach ((ProducerPartition partition, ProducerBatch batch) in dispatch.Batches) Answer(partition, batch, failure, -1, -1);
    }

    private void Landed(ProduceDispatch dispatch) => _inFlightByBroker[dispatch.BrokerId]--;

    private void Answer(ProducerPartition partition, ProducerBatch batch, KafkaException? failure, long baseOffset, long logAppendTimeMs)
    {
        partition.Answered(batch);
        if (failure is null || (failure.Error == ErrorCode.DuplicateSequenceNumber && _isIdempotent))
        {
            partition.Delivered(batch);
            partition.LastFailure = null;
            Finish(batch, new BatchOutcome(null, baseOffset, logAppendTimeMs));
        }
        else if (IsWorthRepeating(partition, batch, failure.Error))
        {
            partition.PutBack(batch);
            partition.LastFailure = failure;
            partition.NotBeforeTimestamp = _time.GetTimestamp() + Ticks(_cluster.Options.RetryBackoff);
            if (failure.Error != ErrorCode.OutOfOrderSequenceNumber) _staleTopics.Add(partition.Topic);
        }
        else
        {
            Finish(batch, new BatchOutcome(failure, -1, -1));
            if (IsIdentityLost(failure.Error)) EndWith(failure);
            else partition.CloseSequenceGap(batch);
        }

        partition.Settle();
    }

    private bool IsWorthRepeating(ProducerPartition partition, ProducerBatch batch, ErrorCode error)
    {
        if (_end is not null || _closing.IsCancellationRequested) return false;

        // Behind a batch that comes back the broker sees a gap and says so; once the order is restored these will fit.
        return ErrorCodes.IsRetriable(error) || (error == ErrorCode.OutOfOrderSequenceNumber && partition.IsBehindAnother(batch));
    }

    private bool IsIdentityLost(ErrorCode error) => _isIdempotent && error is
        ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch or ErrorCode.InvalidProducerIdMapping;

    private void Expire(ProducerPartition partition, long now)
    {
        if (partition.IsRecovering || partition.InFlightCount > 0) return;
        while (partition.Peek() is { } batch && now - batch.CreatedTimestamp >= Ticks(_options.DeliveryTimeout))
        {
            partition.Remove(batch);
            string target = $"{partition.Topic}-{partition.Index}";
            string reason = partition.LastFailure is { } last ? $": {last.Message}" : "";
            var failure = new KafkaException(
                ErrorCode.RequestTimedOut,
                $"{target}: records could not be delivered within {_options.DeliveryTimeout.TotalSeconds:0.#} s{reason}");
            Finish(batch, new BatchOutcome(failure, -1, -1));

            // Whether the broker has it is unknown, so nobody can say which sequence comes next.
            if (_isIdempotent && batch.AttemptsCount > 0) EndWith(failure);
        }
    }

    private void GiveUpTopic(string topic)
    {
        lock (_lock)
        {
            var failure = new KafkaException(ErrorCode.UnknownTopicOrPartition, $"there is no topic '{topic}' any more");
            foreach (ProducerPartition partition in _partitions.Where(partition => partition.Topic == topic)) GiveUp(partition, failure);
        }
    }

    // Ends the producer: nothing more is accepted, and everything that is not in flight is given up.
    private void EndWith(KafkaException failure)
    {
        lock (_lock)
        {
            _end ??= failure;
            foreach (ProducerPartition partition in _partitions) GiveUp(partition, failure);
            _spaceFreed?.TrySetResult();
            _spaceFreed = null;
        }
    }

    private void GiveUp(ProducerPartition partition, KafkaException failure)
    {
        foreach (ProducerBatch batch in partition.Drain()) Finish(batch, new BatchOutcome(failure, -1, -1));
    }

    private void Finish(ProducerBatch batch, BatchOutcome outcome)
    {
        int recordsCount = batch.Builder.RecordsCount;
        if (outcome.Failure is null)
        {
            _counts = _counts with
            {
                DeliveredCount = _counts.DeliveredCount + recordsCount,
                DeliveredBytes = _counts.DeliveredBytes + batch.ContentBytes,
                BatchesCount = _counts.BatchesCount + 1,
                WireBytes = _counts.WireBytes + batch.Bytes.Length,
            };
        }
        else
        {
            _counts = _counts with { FailedCount = _counts.FailedCount + recordsCount };
            _firstFailure ??= outcome.Failure;
        }

        _bufferedBytes -= batch.ReservedBytes;
        _outstandingCount -= recordsCount;
        batch.Bytes = default;
        ReturnBuilder(batch.Builder);
        batch.Outcome.TrySetResult(outcome);
        _spaceFreed?.TrySetResult();
        _spaceFreed = null;
        if (_outstandingCount > 0) return;
        _drained?.TrySetResult();
        _drained = null;
    }

    private string NameOf(ProduceDispatch dispatch, Uuid topicId)
    {
        foreach ((ProducerPartition partition, _) in dispatch.Batches)
        {
            if (_cluster.FindTopic(partition.Topic)?.Id == topicId) return partition.Topic;
        }

        return "";
    }
}
